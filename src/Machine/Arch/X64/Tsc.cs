using System;

namespace Mote.Machine;

/// <summary>
/// The time stamp counter and its rate: CPUID leaf 0x15 or the hypervisor's leaf 0x40000010 where they say it, else measured against
/// the local APIC timer, whose input is 1 GHz on QEMU and KVM.
/// </summary>
internal static unsafe class Tsc
{
    private const ulong CalibrationNs = 100_000;
    private const ulong Giga = 1_000_000_000;

    internal static ulong Base { get; private set; }

    internal static ulong FrequencyHz { get; private set; } = Giga;

    internal static ulong Multiplier { get; private set; } = 1UL << Clock.Shift;

    internal static ulong Nanoseconds()
    {
        ulong delta = unchecked(Native.ReadTsc() - Base);
        ulong high = Math.BigMul(delta, Multiplier, out ulong low);
        return (high << (64 - Clock.Shift)) | (low >> Clock.Shift);
    }

    internal static void Calibrate()
    {
        ulong frequency = FromCpuid();
        if (frequency == 0)
        {
            frequency = Measure();
        }

        FrequencyHz = frequency;
        Multiplier = (Giga << Clock.Shift) / frequency;
        Base = Native.ReadTsc();
    }

    private static ulong FromCpuid()
    {
        // SAFETY: four words receive the four registers.
        unsafe
        {
            uint* r = stackalloc uint[4];
            Native.Cpuid(0, 0, r);
            if (r[0] >= 0x15)
            {
                Native.Cpuid(0x15, 0, r);
                if (r[0] != 0 && r[1] != 0 && r[2] != 0)
                {
                    return (ulong)r[2] * r[1] / r[0];
                }
            }

            Native.Cpuid(1, 0, r);
            if ((r[2] & (1u << 31)) == 0)
            {
                return 0;
            }

            Native.Cpuid(0x4000_0000, 0, r);
            if (r[0] < 0x4000_0010 || r[0] > 0x4000_ffff)
            {
                return 0;
            }

            Native.Cpuid(0x4000_0010, 0, r);
            return (ulong)r[0] * 1000;
        }
    }

    private static ulong Measure()
    {
        LocalApic.StartFreeCount();
        ulong start = Native.ReadTsc();
        uint first = LocalApic.ReadCount();
        uint last;
        do
        {
            last = LocalApic.ReadCount();
        }
        while (first - last < CalibrationNs && last != 0);

        ulong counts = unchecked(Native.ReadTsc() - start);
        LocalApic.Stop();
        ulong elapsed = Math.Max(first - last, 1);
        return Math.Max(counts * Giga / elapsed, 1_000_000);
    }
}
