#include "martlet.h"

const char *martlet_version(void) { return MARTLET_VERSION; }
int martlet_abi(void) { return MARTLET_ABI; }
