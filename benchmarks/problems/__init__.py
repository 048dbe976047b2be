"""The functions that are measured, each as somebody would write it who does not think of derivatives."""
