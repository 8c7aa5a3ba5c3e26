"""What a training run does with what was mined: drafts in the tree, or changes for the bot."""
