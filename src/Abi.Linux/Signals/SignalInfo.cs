using System.Runtime.InteropServices;

namespace Mote.Abi.Linux;

/// <summary>
/// What came with a signal: siginfo_t of 128 bytes (sigaction(2)). The fields behind the code overlap in C; here they are the words that the kernel uses:
/// <see cref="Word0"/> at offset 16 (pid and uid, address, timer id and overrun), <see cref="Word1"/> at 24 (value; status), <see cref="Word2"/> at 32.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
public struct SignalInfo
{
    /// <summary>Size of siginfo_t.</summary>
    public const int Bytes = 128;

    /// <summary>si_code: sent by kill(2).</summary>
    public const int User = 0;

    /// <summary>si_code: sent by the kernel.</summary>
    public const int Kernel = 0x80;

    /// <summary>si_code: rt_sigqueueinfo(2).</summary>
    public const int Queue = -1;

    /// <summary>si_code: a POSIX timer.</summary>
    public const int Timer = -2;

    /// <summary>si_code: tkill(2), tgkill(2).</summary>
    public const int ThreadKill = -6;

    public int Number;
    public int Error;
    public int Code;
    private readonly int _padding;
    public ulong Word0;
    public ulong Word1;
    public ulong Word2;

    public readonly Signal Signal => (Signal)Number;

    /// <summary>A signal from a process.</summary>
    public static SignalInfo FromProcess(Signal signal, int code, int processId, uint userId) => new()
    {
        Number = (int)signal,
        Code = code,
        Word0 = (uint)processId | ((ulong)userId << 32),
    };

    /// <summary>A fault at an address.</summary>
    public static SignalInfo Fault(Signal signal, int code, ulong address) => new()
    {
        Number = (int)signal,
        Code = code,
        Word0 = address,
    };
}
