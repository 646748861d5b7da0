using System;
using System.Runtime.InteropServices;
using Xunit;

namespace Mote.Tests.Unit.Cli;

/// <summary>A test that takes duplicates of a process's descriptors (pidfd_getfd(2)), which a container's system-call filter may forbid.</summary>
internal sealed class DuplicateFactAttribute : FactAttribute
{
    private const nint OpenPidDescriptor = 434;
    private const nint GetDescriptor = 438;

    public DuplicateFactAttribute()
    {
        nint own = syscall(OpenPidDescriptor, Environment.ProcessId, 0, 0);
        nint duplicate = own < 0 ? -1 : syscall(GetDescriptor, own, own, 0);
        if (duplicate < 0)
        {
            Skip = "this computer forbids pidfd_getfd(2)";
        }

        _ = close((int)duplicate); // EBADF where there is none
        _ = close((int)own);
    }

    [DllImport("libc")]
    private static safe extern nint syscall(nint number, nint first, nint second, nint third);

    [DllImport("libc")]
    private static safe extern int close(int descriptor);
}
