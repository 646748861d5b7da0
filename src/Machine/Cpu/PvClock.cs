using System;
using System.Buffers.Binary;
using System.Threading;

namespace Mote.Machine;

/// <summary>
/// The clock that a hypervisor writes into the guest's memory (struct pvclock_vcpu_time_info of KVM and Xen; Linux,
/// Documentation/virt/kvm/x86/msr.rst): its scale says the rate of the time stamp counter. What is in it is the hypervisor's word.
/// </summary>
public static class PvClock
{
    /// <summary>Length of the structure.</summary>
    public const int Bytes = 32;

    /// <summary>Length of the wall clock's structure: version, seconds, nanoseconds (struct pvclock_wall_clock).</summary>
    public const int WallBytes = 12;

    /// <summary>
    /// Where the flags are, and the one that says that the machine stood still (PVCLOCK_GUEST_STOPPED); the guest clears it.
    /// </summary>
    internal const int FlagsOffset = 29;

    internal const byte StoppedFlag = 2;

    private const int VersionOffset = 0;
    private const int CounterOffset = 8;
    private const int TimeOffset = 16;
    private const int FactorOffset = 24;
    private const int ShiftOffset = 28;
    private const long Giga = 1_000_000_000;

    /// <summary>A writer is done within a few instructions of the guest's, for it runs while the guest does not.</summary>
    private const int Patience = 1000;

    /// <summary>
    /// Copies the clock while nobody writes it: the version is even, and the same before and after. False where it never is.
    /// </summary>
    public static bool TryCopy(ReadOnlySpan<byte> live, Span<byte> copy)
    {
        for (int tries = 0; tries < Patience; tries++)
        {
            for (int i = 0; i < Bytes; i++)
            {
                copy[i] = Volatile.Read(in live[i]);
            }

            uint version = BinaryPrimitives.ReadUInt32LittleEndian(copy);
            if ((version & 1) == 0 && IsVersion(live, version))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Nanoseconds a count, times 2^<see cref="Clock.Shift"/>. False while it is being written, and when no counter can have this rate.</summary>
    public static bool TryReadRate(ReadOnlySpan<byte> clock, out ulong multiplier)
    {
        multiplier = 0;
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(clock[VersionOffset..]);
        uint factor = BinaryPrimitives.ReadUInt32LittleEndian(clock[FactorOffset..]);
        int shift = unchecked((sbyte)clock[ShiftOffset]);
        if (version == 0 || (version & 1) != 0 || factor == 0 || shift is < -16 or > 16)
        {
            return false;
        }

        ulong scale = shift >= 0 ? (ulong)factor << shift : (ulong)factor >> -shift;
        if (scale == 0 || !CounterRate.IsPlausible(((ulong)Giga << Clock.Shift) / scale))
        {
            return false;
        }

        multiplier = scale;
        return true;
    }

    /// <summary>
    /// The hypervisor's time at a value of the counter, nanoseconds since its start. The scale must be one that <see cref="TryReadRate"/>
    /// has taken. A counter that has not
    /// reached the clock's own reading of it counts as that.
    /// </summary>
    public static ulong TimeAt(ReadOnlySpan<byte> clock, ulong counter, ulong multiplier)
    {
        unchecked
        {
            long since = Math.Max((long)(counter - BinaryPrimitives.ReadUInt64LittleEndian(clock[CounterOffset..])), 0);
            UInt128 passed = ((UInt128)(ulong)since * multiplier) >> Clock.Shift;
            return BinaryPrimitives.ReadUInt64LittleEndian(clock[TimeOffset..]) + (ulong)passed;
        }
    }

    /// <summary>
    /// The host's time of day at a value of the counter, nanoseconds since 1970 UTC: the wall clock says when the clock was at zero. Zero
    /// where one of the two cannot be.
    /// </summary>
    public static long UnixNsAt(ReadOnlySpan<byte> wall, ReadOnlySpan<byte> clock, ulong counter)
    {
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(wall), seconds = BinaryPrimitives.ReadUInt32LittleEndian(wall[4..]);
        uint rest = BinaryPrimitives.ReadUInt32LittleEndian(wall[8..]);
        if (version == 0 || (version & 1) != 0 || seconds == 0 || rest >= Giga || !TryReadRate(clock, out ulong multiplier))
        {
            return 0;
        }

        ulong since = TimeAt(clock, counter, multiplier);
        return since > long.MaxValue / 4 ? 0 : (seconds * Giga) + rest + (long)since;
    }

    private static bool IsVersion(ReadOnlySpan<byte> live, uint version)
    {
        for (int i = 0; i < sizeof(uint); i++)
        {
            if (Volatile.Read(in live[i]) != (byte)((version >> (8 * i)) & 0xff))
            {
                return false;
            }
        }

        return true;
    }
}
