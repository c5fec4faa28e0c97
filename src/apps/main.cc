#include "apps/command_line.h"

int main(int argc, char** argv) { return propius::RunCommandLine(argc, argv); }
