using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Mote.Abi.Linux;
using Mote.Machine;

namespace Mote.Kernel.Time;

/// <summary>struct timespec, checked: seconds not negative, nanoseconds below a second. Its layout is the program's.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct Timespec(long Seconds, long Fraction)
{
    public const int Bytes = 16;

    private const long Billion = 1_000_000_000;

    /// <summary>All of it in nanoseconds; the largest value when it does not fit.</summary>
    public ulong Nanoseconds => (ulong)SignedNanoseconds;

    /// <inheritdoc cref="Nanoseconds"/>
    public long SignedNanoseconds => Seconds > (long.MaxValue / Billion) - 1 ? long.MaxValue : (Seconds * Billion) + Fraction;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Timespec FromNanoseconds(ulong nanoseconds)
    {
        ulong seconds = nanoseconds / Billion;
        return unchecked(new((long)seconds, (long)(nanoseconds - (seconds * Billion)))); // fits: no quotient is above 2^35
    }

    /// <summary>A signed time; times before 1970 have a positive fraction.</summary>
    public static Timespec FromSigned(long nanoseconds)
    {
        long seconds = nanoseconds / Billion;
        long fraction = nanoseconds % Billion;
        return fraction < 0 ? new Timespec(seconds - 1, fraction + Billion) : new Timespec(seconds, fraction);
    }

    /// <summary>Reads one from a program. EFAULT; EINVAL when it is no valid time.</summary>
    public static Errno Read(AddressSpace space, VirtAddr from, out Timespec value)
    {
        if (!space.TryRead(from, out value))
        {
            return Errno.EFAULT;
        }

        return value.Seconds >= 0 && value.Fraction is >= 0 and < Billion ? Errno.None : Errno.EINVAL;
    }

    /// <summary>Writes it to a program. False is EFAULT.</summary>
    public bool TryWrite(AddressSpace space, VirtAddr to) => space.TryWrite(to, in this);
}
