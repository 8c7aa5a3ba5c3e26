"""What the bot proposes on GitHub: changes in, pull requests and one dashboard issue out."""
