"""pdfjobs: jobs that read PDF files, their queue, and what they found, on PostgreSQL."""
