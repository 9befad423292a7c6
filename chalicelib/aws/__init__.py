"""What is asked of AWS besides the table: queue, files and mail, each by a client made when first needed."""
