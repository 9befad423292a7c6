"""The single table: one module an entity, one named function per access pattern."""
