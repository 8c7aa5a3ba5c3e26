"""What patterns run on besides templates; each module satisfies `model.execution.Executor`."""
