"""Every sentence a person reads, one module a room."""
