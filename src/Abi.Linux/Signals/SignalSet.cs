namespace Mote.Abi.Linux;

/// <summary>A set of signals as the kernel passes it: bit N-1 is signal N (sigset_t of 8 bytes).</summary>
public readonly record struct SignalSet(ulong Bits)
{
    /// <summary>SIGKILL and SIGSTOP, which can be neither blocked, caught nor ignored.</summary>
    public static readonly SignalSet Unblockable = Of(Signal.SIGKILL) | Of(Signal.SIGSTOP);

    public bool IsEmpty => Bits == 0;

    /// <summary>The lowest signal of the set, or <see cref="Signal.None"/>.</summary>
    public Signal First => Bits == 0 ? Signal.None : (Signal)(System.Numerics.BitOperations.TrailingZeroCount(Bits) + 1);

    public static SignalSet Of(Signal signal) => new(1UL << ((int)signal - 1));

    public bool Contains(Signal signal) => (Bits >> ((int)signal - 1) & 1) != 0;

    public static SignalSet operator |(SignalSet left, SignalSet right) => new(left.Bits | right.Bits);

    public static SignalSet operator &(SignalSet left, SignalSet right) => new(left.Bits & right.Bits);

    public static SignalSet operator ~(SignalSet set) => new(~set.Bits);
}
