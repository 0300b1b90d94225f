/* Lets User Mode Linux 6.12 and older run on processors with more registers than
 * it knows of (AMX), where it dies at its first process otherwise.
 *
 * It sets the extended registers of its processes from a buffer whose size was
 * fixed when it was built, and the host takes nothing but all of them
 * (PTRACE_SETREGSET, NT_X86_XSTATE: EFAULT). This stands before ptrace(2) of
 * the C library (LD_PRELOAD): what the buffer lacks is filled with zeros, the
 * state in which registers are that were never used. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>

enum { MOST = 65536 };

long ptrace(enum __ptrace_request request, ...) {
    static long (*next)(enum __ptrace_request, pid_t, void *, void *);
    static _Alignas(64) unsigned char registers[MOST];
    va_list arguments;
    va_start(arguments, request);
    pid_t process = va_arg(arguments, pid_t);
    void *address = va_arg(arguments, void *);
    void *data = va_arg(arguments, void *);
    va_end(arguments);
    if (!next)
        next = (long (*)(enum __ptrace_request, pid_t, void *, void *))dlsym(RTLD_NEXT, "ptrace");

    long result = next(request, process, address, data);
    if (result != -1 || request != PTRACE_SETREGSET || (long)address != NT_X86_XSTATE || errno != EFAULT)
        return result;

    struct iovec all = {.iov_base = registers, .iov_len = MOST};
    const struct iovec *known = data;
    if (next(PTRACE_GETREGSET, process, address, &all) == -1 || known->iov_len > all.iov_len) {
        errno = EFAULT;
        return -1;
    }
    memcpy(registers, known->iov_base, known->iov_len);
    memset(registers + known->iov_len, 0, all.iov_len - known->iov_len);
    return next(request, process, address, &all);
}
