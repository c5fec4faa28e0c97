# For those who type make: everything is in ./run.
.PHONY: demo test build bench lint nightly
demo test build bench lint nightly:
	./run $@
