"""What a change of the library must keep: facts are gathered once, every rule looks at them."""
