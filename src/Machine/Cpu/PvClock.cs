using System;
using System.Buffers.Binary;

namespace Mote.Machine;

/// <summary>
/// The clock that a hypervisor writes into the guest's memory (struct pvclock_vcpu_time_info of KVM and Xen; Linux,
/// Documentation/virt/kvm/x86/msr.rst): its scale says the rate of the time stamp counter. What is in it is the hypervisor's word.
/// </summary>
public static class PvClock
{
    /// <summary>Length of the structure.</summary>
    public const int Bytes = 32;

    private const int VersionOffset = 0;
    private const int CounterOffset = 8;
    private const int TimeOffset = 16;
    private const int FactorOffset = 24;
    private const int ShiftOffset = 28;
    private const ulong Giga = 1_000_000_000;

    /// <summary>What a time stamp counter's rate can be, in Hz: of an emulated one and of one that is not built yet.</summary>
    public static bool IsPlausible(ulong frequencyHz) => frequencyHz is >= 10_000_000 and <= 16_000_000_000;

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
        if (scale == 0 || !IsPlausible((Giga << Clock.Shift) / scale))
        {
            return false;
        }

        multiplier = scale;
        return true;
    }

    /// <summary>The hypervisor's time at a value of the counter, nanoseconds since its start. The scale must be one that <see cref="TryReadRate"/> has taken.</summary>
    public static ulong TimeAt(ReadOnlySpan<byte> clock, ulong counter, ulong multiplier)
    {
        unchecked
        {
            ulong since = counter - BinaryPrimitives.ReadUInt64LittleEndian(clock[CounterOffset..]);
            return BinaryPrimitives.ReadUInt64LittleEndian(clock[TimeOffset..]) + (ulong)(((UInt128)since * multiplier) >> Clock.Shift);
        }
    }
}
