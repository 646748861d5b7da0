using System;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>
/// The time stamp counter and its rate: KVM's clock (<see cref="PvClock"/>), CPUID leaf 0x15 or the hypervisor's leaf 0x40000010 where they say
/// it, else measured against the local APIC timer, whose input is 1 GHz on QEMU and KVM. A rate that cannot be is not believed.
/// </summary>
internal static unsafe class Tsc
{
    private const ulong WarmUpNs = 2_000;
    private const ulong CalibrationNs = 100_000;
    private const ulong Giga = 1_000_000_000;

    /// <summary>So that the product with a half of a time fits into a word, up to 16 GHz.</summary>
    private const int CountShift = 28;

    private static ulong s_countsPerNs = 1UL << CountShift;

    internal static ulong Base { get; private set; }

    internal static ulong FrequencyHz { get; private set; } = Giga;

    internal static ulong Multiplier { get; private set; } = 1UL << Clock.Shift;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Nanoseconds()
    {
        // delta * Multiplier >> 32, from the halves of both: the class library's 128-bit product is a call of forty instructions on this CPU level.
        unchecked
        {
            ulong delta = Native.ReadTsc() - Base;
            ulong multiplier = Multiplier;
            ulong low = (uint)delta;
            return ((delta >> 32) * multiplier) + (low * (multiplier >> 32)) + ((low * (uint)multiplier) >> 32);
        }
    }

    internal static void Calibrate()
    {
        if (KvmClock.TryReadRate(out ulong multiplier))
        {
            Multiplier = multiplier;
            FrequencyHz = (Giga << Clock.Shift) / multiplier;
        }
        else
        {
            ulong frequency = FromCpuid();
            FrequencyHz = PvClock.IsPlausible(frequency) ? frequency : Measure();
            Multiplier = (Giga << Clock.Shift) / FrequencyHz;
        }

        s_countsPerNs = (ulong)(((UInt128)FrequencyHz << CountShift) / Giga) + 1;
        Base = Native.ReadTsc();
    }

    /// <summary>Counts in a time, rounded up by four parts in a billion, so that a timer never fires before it.</summary>
    internal static ulong CountsIn(ulong nanoseconds) => unchecked((((nanoseconds >> 32) * s_countsPerNs) << (32 - CountShift)) + (((uint)nanoseconds * s_countsPerNs) >> CountShift) + 1);

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

            if (CpuFeatures.HypervisorLeaves is < 0x4000_0010 or > 0x4000_ffff)
            {
                return 0;
            }

            Native.Cpuid(0x4000_0010, 0, r);
            return (ulong)r[0] * 1000;
        }
    }

    private static ulong Measure()
    {
        // The first pass only warms up: an emulator translates the code on it, which would count as time.
        MeasureFor(WarmUpNs);
        return MeasureFor(CalibrationNs);
    }

    private static ulong MeasureFor(ulong spanNs)
    {
        LocalApic.StartFreeCount();
        Sample first = TakeSample();
        Sample last;
        do
        {
            last = TakeSample();
        }
        while (first.Remaining - last.Remaining < spanNs && last.Remaining != 0);

        LocalApic.Stop();
        ulong counts = unchecked(last.Counter - first.Counter);
        ulong elapsed = Math.Max(first.Remaining - last.Remaining, 1);
        return Math.Max(counts * Giga / elapsed, 1_000_000);
    }

    /// <summary>Reads both clocks as close together as a few tries get them; the counter's value is that of the middle.</summary>
    private static Sample TakeSample()
    {
        Sample best = default;
        ulong narrowest = ulong.MaxValue;
        for (int i = 0; i < 4; i++)
        {
            ulong before = Native.ReadTsc();
            uint remaining = LocalApic.ReadCount();
            ulong after = Native.ReadTsc();
            if (unchecked(after - before) < narrowest)
            {
                narrowest = unchecked(after - before);
                best = new Sample(unchecked(before + (narrowest / 2)), remaining);
            }
        }

        return best;
    }

    private readonly record struct Sample(ulong Counter, uint Remaining);
}
