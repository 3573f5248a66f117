// Whether the formulas of Kernels/Shared have the same bits in C, for the baseline processor and (on x86-64) for
// AVX-512, and in OpenCL C, for scalars and for float16, on every OpenCL device of this machine. Zeros of either sign are equal, and
// so is every NaN. Exits with 1 if any result differs.

#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "Shared/error_function.h"
#include "Shared/optimizer.h"
#include "Shared/permutation.h"
#include "Shared/pointwise.h"
#include "Shared/random.h"
#include "Shared/trigonometry.h"

enum { COUNT = 1 << 22 };

// Every function under one signature: three inputs a, b, c and the outputs of elements 0 ..< count.
#define EVERY(UNARY, BINARY, TERNARY, SCALAR, RULE) \
    MARTLET_POINTWISE(UNARY, BINARY, TERNARY) \
    UNARY(sin_turns) UNARY(cos_turns) UNARY(cos_pi) \
    SCALAR(bits, martlet_as_real(martlet_random_bits(i, 7u, 11u, 13u, 17u) >> 9 | 0x3f800000u)) \
    SCALAR(uniform, martlet_uniform(martlet_random_bits(i, 7u, 11u, 13u, 17u))) \
    SCALAR(dropout, martlet_dropout_scale(martlet_random_bits(i, 7u, 11u, 13u, 17u), 0x40000000u, 1.25f)) \
    SCALAR(normal, martlet_normal(i, 7u, 11u, 13u, 17u)) \
    SCALAR(normal_quad, martlet_normal_quad(martlet_random_quad(i, 7u, 11u, 13u, 17u)).value[i & 3u]) \
    SCALAR(permute, (float)(martlet_permute(i % 60000u, 60000u, 13u + i / 60000u, 17u))) \
    MARTLET_OPTIMIZERS(RULE)

static const martlet_step step_values = {
    .scalars = {0.01f, 0.001f, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 1.2345f, 3.456f}};

typedef void loop(const float *a, const float *b, const float *c, float *out, const martlet_step *step, int which);

#define C_UNARY(name) LOOP(name, out[i] = martlet_##name(a[i]);)
#define C_BINARY(name) LOOP(name, out[i] = martlet_##name(a[i], b[i]);)
#define C_TERNARY(name) LOOP(name, out[i] = martlet_##name(a[i], b[i], c[i]);)
#define C_SCALAR(name, expression) LOOP(name, out[i] = expression;)
#define C_RULE(name, states) LOOP(name, \
    martlet_real p = a[i]; martlet_real s0 = b[i]; martlet_real s1 = MARTLET_ABSOLUTE(c[i]); martlet_real s2 = MARTLET_ABSOLUTE(b[i]); \
    martlet_update_##name(&p, c[i], &s0, &s1, &s2, martlet_load_scalars(step), 0.5f, 2.0f); \
    out[i] = which == 0 ? p : which == 1 ? s0 : which == 2 ? s1 : s2;)

#define LOOP_NAMED(prefix, name, ...) \
    static void prefix##_##name(const float *restrict a, const float *restrict b, const float *restrict c, \
                                float *restrict out, const martlet_step *restrict step, int which) { \
        (void)a, (void)b, (void)c, (void)step, (void)which; \
        for (uint32_t i = 0; i < COUNT; ++i) { __VA_ARGS__ } \
    }

#define LOOP(name, ...) LOOP_NAMED(baseline, name, __VA_ARGS__)
EVERY(C_UNARY, C_BINARY, C_TERNARY, C_SCALAR, C_RULE)
#undef LOOP

#ifdef __x86_64__
#define WIDE_SUPPORTED (__builtin_cpu_supports("x86-64-v4"))
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma"))), apply_to = function)
#else
#define WIDE_SUPPORTED 1
#pragma clang attribute push(__attribute__((unused)), apply_to = function)
#endif
#define LOOP(name, ...) LOOP_NAMED(wide, name, __VA_ARGS__)
EVERY(C_UNARY, C_BINARY, C_TERNARY, C_SCALAR, C_RULE)
#undef LOOP
#pragma clang attribute pop

typedef struct {
    const char *name;
    loop *baseline, *wide;
    int outputs, scalar;
} function;

#define ROW(name) {#name, baseline_##name, wide_##name, 1, 0},
#define SCALAR_ROW(name, expression) {#name, baseline_##name, wide_##name, 1, 1},
#define RULE_ROW(name, states) {#name, baseline_##name, wide_##name, 1 + states, 0},
static const function functions[] = {EVERY(ROW, ROW, ROW, SCALAR_ROW, RULE_ROW)};
enum { FUNCTIONS = sizeof functions / sizeof functions[0] };

// The baseline once more where the processor has nothing wider.
static loop *wide(int f) {
    return WIDE_SUPPORTED ? functions[f].wide : functions[f].baseline;
}

// The same table as kernels: the text of each expression goes to the OpenCL compiler as it stands.
#define KERNEL(name, body) \
    "__kernel void kernel_" #name "(__global const martlet_real *a, __global const martlet_real *b," \
    "__global const martlet_real *c, __global martlet_real *out, __global const martlet_step *step, int which) {" \
    "size_t i = get_global_id(0);" body "}\n"
#define CL_UNARY(name) KERNEL(name, "out[i] = martlet_" #name "(a[i]);")
#define CL_BINARY(name) KERNEL(name, "out[i] = martlet_" #name "(a[i], b[i]);")
#define CL_TERNARY(name) KERNEL(name, "out[i] = martlet_" #name "(a[i], b[i], c[i]);")
#define CL_SCALAR(name, expression) \
    "__kernel void kernel_" #name "(__global const float *a, __global const float *b, __global const float *c," \
    "__global float *out, __global const martlet_step *step, int which) {" \
    "uint i = (uint)get_global_id(0); out[i] = " #expression ";}\n"
#define CL_RULE(name, states) KERNEL(name, \
    "martlet_real p = a[i]; martlet_real s0 = b[i]; martlet_real s1 = MARTLET_ABSOLUTE(c[i]); martlet_real s2 = MARTLET_ABSOLUTE(b[i]);" \
    "martlet_update_" #name "(&p, c[i], &s0, &s1, &s2, martlet_load_scalars(step), 0.5f, 2.0f);" \
    "out[i] = which == 0 ? p : which == 1 ? s0 : which == 2 ? s1 : s2;")

static const char *const headers[] = {
    "Shared/error_function.h", "Shared/optimizer.h", "Shared/permutation.h",
    "Shared/pointwise.h", "Shared/random.h", "Shared/trigonometry.h"};

static const char kernels[] =
    "#define martlet_as_real as_float\n"
    EVERY(CL_UNARY, CL_BINARY, CL_TERNARY, CL_SCALAR, CL_RULE);

// Appends a file of Kernels/, each #include line replaced by the file it names, once each.
static void append(char *program, char *included, const char *name) {
    char entry[210], path[210], line[1000];
    snprintf(entry, sizeof entry, "<%s>", name);
    if (strstr(included, entry)) return;
    strcat(included, entry);
    snprintf(path, sizeof path, "Kernels/%s", name);
    FILE *file = fopen(path, "r");
    if (!file) fprintf(stderr, "there is no %s here\n", path), exit(1);
    while (fgets(line, sizeof line, file)) {
        char inner[200];
        if (sscanf(line, "#include \"%199[^\"]\"", inner) == 1) append(program, included, inner);
        else strcat(program, line);
    }
    fclose(file);
}

static uint64_t state = 1;
static uint32_t random_word(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 32);
}

static float *inputs(void) {
    static const float specials[] = {
        0, -0.0f, 1, -1, 0.5f, 2, 3, -3, 0x1p-149f, -0x1p-149f, 0x1p-126f, 0x1.fffffcp-127f, -0x1p-126f, 0x1p-24f, 1e-10f,
        0x1.fffffep127f, -0x1.fffffep127f, 88.7f, 88.8f, -87.5f, -103.9f, -104.1f, INFINITY, -INFINITY, NAN, -NAN, 0.25f, 0.75f};
    enum { SPECIALS = sizeof specials / sizeof specials[0] };
    float *values = aligned_alloc(64, sizeof(float) * COUNT);
    for (int i = 0; i < COUNT; ++i) {
        uint32_t kind = random_word() % 4, word = random_word();
        if (kind == 0) values[i] = specials[word % SPECIALS];
        else if (kind == 1) values[i] = ((float)(word >> 8) * 0x1p-24f - 0.5f) * 20;
        else memcpy(&values[i], &word, 4);
    }
    return values;
}

static size_t differences(const float *x, const float *y, const float *a, const char *what, const char *name) {
    size_t count = 0;
    for (int i = 0; i < COUNT; ++i) {
        if (x[i] == y[i] || (isnan(x[i]) && isnan(y[i]))) continue;
        if (count++ == 0) printf("%s, %s: element %d (a = %a): %a, expected %a\n", name, what, i, a[i], y[i], x[i]);
    }
    return count;
}

static void check(cl_int status, const char *what) {
    if (status != CL_SUCCESS) fprintf(stderr, "%s: OpenCL error %d\n", what, status), exit(1);
}

static float *a, *b, *c, *expected, *got;

static size_t compare_device(cl_device_id device, int width) {
    cl_int status;
    char what[300], name[200] = "";
    clGetDeviceInfo(device, CL_DEVICE_NAME, sizeof name, name, NULL);
    snprintf(what, sizeof what, "%.200s at width %d", name, width);
    cl_context context = clCreateContext(NULL, 1, &device, NULL, NULL, &status);
    check(status, "context");
    cl_command_queue queue = clCreateCommandQueue(context, device, 0, &status);
    check(status, "queue");

    char *program_text = calloc(1, 1 << 20), included[10000] = "";
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; ++i) append(program_text, included, headers[i]);
    strcat(program_text, kernels);
    const char *texts[] = {program_text};
    cl_program program = clCreateProgramWithSource(context, 1, texts, NULL, &status);
    check(status, "program");
    cl_device_fp_config config = 0;
    clGetDeviceInfo(device, CL_DEVICE_SINGLE_FP_CONFIG, sizeof config, &config, NULL);
    char options[100];
    snprintf(options, sizeof options, "-D MARTLET_WIDTH=%d%s", width,
             config & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT ? " -cl-fp32-correctly-rounded-divide-sqrt" : "");
    if (clBuildProgram(program, 1, &device, options, NULL, NULL) != CL_SUCCESS) {
        static char log[20000];
        clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, sizeof log, log, NULL);
        fprintf(stderr, "%s", log);
        exit(1);
    }

    cl_mem_flags copy = CL_MEM_READ_ONLY | CL_MEM_COPY_HOST_PTR;
    size_t bytes = sizeof(float) * COUNT;
    martlet_step step = step_values;
    cl_mem buffers[] = {
        clCreateBuffer(context, copy, bytes, a, &status), clCreateBuffer(context, copy, bytes, b, &status),
        clCreateBuffer(context, copy, bytes, c, &status), clCreateBuffer(context, CL_MEM_READ_WRITE, bytes, NULL, &status),
        clCreateBuffer(context, copy, sizeof step, &step, &status)};
    size_t total = 0;
    for (int f = 0; f < FUNCTIONS; ++f) {
        char kernel_name[100];
        snprintf(kernel_name, sizeof kernel_name, "kernel_%s", functions[f].name);
        cl_kernel kernel = clCreateKernel(program, kernel_name, &status);
        check(status, kernel_name);
        for (cl_int which = 0; which < functions[f].outputs; ++which) {
            for (cl_uint i = 0; i < 5; ++i) check(clSetKernelArg(kernel, i, sizeof(cl_mem), &buffers[i]), "argument");
            check(clSetKernelArg(kernel, 5, sizeof which, &which), "argument");
            size_t size = functions[f].scalar ? COUNT : COUNT / (size_t)width;
            check(clEnqueueNDRangeKernel(queue, kernel, 1, NULL, &size, NULL, 0, NULL, NULL), kernel_name);
            check(clEnqueueReadBuffer(queue, buffers[3], CL_TRUE, 0, bytes, got, 0, NULL, NULL), "read");
            wide(f)(a, b, c, expected, &step_values, which);
            total += differences(expected, got, a, what, functions[f].name);
        }
        clReleaseKernel(kernel);
    }
    printf("%s: %zu differences\n", what, total);
    for (int i = 0; i < 5; ++i) clReleaseMemObject(buffers[i]);
    clReleaseProgram(program);
    clReleaseCommandQueue(queue);
    clReleaseContext(context);
    free(program_text);
    return total;
}

int main(void) {
    a = inputs(), b = inputs(), c = inputs(), expected = inputs(), got = inputs();
    size_t total = 0;
    for (int f = 0; f < FUNCTIONS; ++f) {
        for (int which = 0; which < functions[f].outputs; ++which) {
            functions[f].baseline(a, b, c, expected, &step_values, which);
            wide(f)(a, b, c, got, &step_values, which);
            total += differences(expected, got, a, "wide beside baseline", functions[f].name);
        }
    }
    printf("C for wide vectors beside C for the baseline: %zu differences, %d functions, %d inputs each\n", total, FUNCTIONS, COUNT);

    cl_platform_id platforms[16];
    cl_uint platform_count = 0;
    clGetPlatformIDs(16, platforms, &platform_count);
    for (cl_uint p = 0; p < platform_count; ++p) {
        cl_device_id devices[16];
        cl_uint device_count = 0;
        clGetDeviceIDs(platforms[p], CL_DEVICE_TYPE_ALL, 16, devices, &device_count);
        for (cl_uint d = 0; d < device_count; ++d) {
            total += compare_device(devices[d], 1);
            total += compare_device(devices[d], 16);
        }
    }
    return total != 0;
}
