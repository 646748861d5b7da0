using System;
using Mote.Abi.Linux;

namespace Mote.Kernel.Syscalls;

// Which calls go on when the kernel heap has nothing left to reserve (ADR 0008).
public sealed partial class SyscallTable
{
    /// <summary>
    /// Calls that free something, that end something, or that a program in trouble needs to say so and leave. They allocate nothing or next to nothing;
    /// all others are refused with ENOMEM.
    /// </summary>
    private static ReadOnlySpan<ushort> WithoutReservation =>
    [
        (ushort)SyscallNumber.Read, (ushort)SyscallNumber.Write, (ushort)SyscallNumber.Readv, (ushort)SyscallNumber.Writev, (ushort)SyscallNumber.Pread64,
        (ushort)SyscallNumber.Lseek, (ushort)SyscallNumber.Close, (ushort)SyscallNumber.CloseRange, (ushort)SyscallNumber.Munmap, (ushort)SyscallNumber.Madvise,
        (ushort)SyscallNumber.Exit, (ushort)SyscallNumber.ExitGroup, (ushort)SyscallNumber.Kill, (ushort)SyscallNumber.Tkill, (ushort)SyscallNumber.Tgkill,
        (ushort)SyscallNumber.RtSigreturn, (ushort)SyscallNumber.RtSigprocmask, (ushort)SyscallNumber.RtSigaction, (ushort)SyscallNumber.Sigaltstack,
        (ushort)SyscallNumber.Futex, (ushort)SyscallNumber.RestartSyscall, (ushort)SyscallNumber.SchedYield, (ushort)SyscallNumber.Nanosleep, (ushort)SyscallNumber.ClockNanosleep,
        (ushort)SyscallNumber.ClockGettime, (ushort)SyscallNumber.Gettimeofday, (ushort)SyscallNumber.Time, (ushort)SyscallNumber.Getpid, (ushort)SyscallNumber.Getppid,
        (ushort)SyscallNumber.Gettid, (ushort)SyscallNumber.Getuid, (ushort)SyscallNumber.Geteuid, (ushort)SyscallNumber.Getgid, (ushort)SyscallNumber.Getegid,
        (ushort)SyscallNumber.Wait4, (ushort)SyscallNumber.ArchPrctl, (ushort)SyscallNumber.SetTidAddress, (ushort)SyscallNumber.SetRobustList,
        (ushort)SyscallNumber.TimerDelete, (ushort)SyscallNumber.Sendto, (ushort)SyscallNumber.Recvfrom, (ushort)SyscallNumber.Shutdown, (ushort)SyscallNumber.Unlink, (ushort)SyscallNumber.Unlinkat, (ushort)SyscallNumber.Rmdir,
    ];

    private readonly bool[] _goesOn = new bool[Size];

    public override bool NeedsReservation(ulong number) => number < Size && !_goesOn[number];

    private void SetReservations()
    {
        foreach (ushort number in WithoutReservation)
        {
            _goesOn[number] = true;
        }
    }
}
