"""What acts on GitHub for a repository: bot pull requests now, more later."""
