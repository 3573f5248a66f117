#pragma once
#include "Shared/step.h"
unsigned martlet_host_random_bits(unsigned index, unsigned step, unsigned stream, unsigned seed_low, unsigned seed_high);
unsigned martlet_host_permute(unsigned position, unsigned count, unsigned key_low, unsigned key_high);
