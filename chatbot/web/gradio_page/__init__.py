"""The chat page: before and after Gradio has loaded."""
