"""What each verb does: options in, results on standard output, exit status out."""
