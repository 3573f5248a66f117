// What Swift sees of the formulas: functions for use on the host.

#pragma once

#include <stddef.h>
#include <stdint.h>

#include "Shared/step.h"

// The formulas of Shared/, with the bits that a device computes.
float martlet_host_exp(float x);
float martlet_host_log(float x);
float martlet_host_expm1(float x);
float martlet_host_log1p(float x);
float martlet_host_tanh(float x);
float martlet_host_sigmoid(float x);
float martlet_host_erf(float x);
float martlet_host_sin_turns(float u);
float martlet_host_cos_turns(float u);
float martlet_host_cos_pi(float x);

// a * b + c with two roundings, compiled like the formulas: equal to fma only where contraction has crept in.
float martlet_host_multiply_then_add(float a, float b, float c);

// Philox4x32-10; counter and result are four words each and may be the same.
void martlet_host_philox(const uint32_t *counter, uint32_t key0, uint32_t key1, uint32_t *result);
uint32_t martlet_host_random_bits(
    uint32_t index, uint32_t step, uint32_t stream, uint32_t seed_low, uint32_t seed_high);
float martlet_host_uniform(uint32_t bits);
float martlet_host_normal(uint32_t index, uint32_t step, uint32_t stream, uint32_t seed_low, uint32_t seed_high);
uint32_t martlet_host_permute(uint32_t position, uint32_t n, uint32_t key_low, uint32_t key_high);

// Elements 0 ..< count of a random tensor, several at a time.
void martlet_host_fill_uniform(
    float *values, uint32_t count, uint32_t step, uint32_t stream, uint32_t seed_low, uint32_t seed_high);
void martlet_host_fill_normal(
    float *values, uint32_t count, uint32_t step, uint32_t stream, uint32_t seed_low, uint32_t seed_high);
