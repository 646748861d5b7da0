using System;
using System.Runtime.CompilerServices;

namespace Mote.Machine;

/// <summary>
/// The time stamp counter and its rate: KVM's clock (<see cref="PvClock"/>), Hyper-V's, CPUID (<see cref="CounterRate"/>) where they say
/// it, else measured against the local
/// APIC timer, whose input is 1 GHz on QEMU and KVM. A rate that cannot be is not believed.
/// </summary>
internal static class Tsc
{
    private const uint WarmUpNs = 2_000;
    private const uint CalibrationNs = 100_000;
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

    /// <summary>Finds the rate. A machine without any clock is refused: nothing would ever wake it.</summary>
    internal static void Calibrate()
    {
        HypervisorIdentity hypervisor = CpuFeatures.Hypervisor;
        if (!KvmClock.TryReadRate(out ulong multiplier) && !HyperVClock.TryReadRate(in hypervisor, out multiplier))
        {
            ulong frequency = CounterRate.FromCpuid(CpuidInstruction.Instance, in hypervisor);
            frequency = frequency != 0 ? frequency : Measure();
            if (frequency == 0)
            {
                BootRefusal.Refuse(
                    "the machine has no clock: neither the hypervisor (kvmclock, Hyper-V's reference time, CPUID 0x15 or 0x40000010) says " +
                    "how fast the time stamp counter runs, nor do it and the local APIC's counter both run; " +
                    "give it one of them (QEMU: -cpu host or max, with kvmclock or tsc-frequency)");
            }

            multiplier = (Giga << Clock.Shift) / frequency;
        }

        Take(multiplier);
        Base = Native.ReadTsc();
    }

    /// <summary>Counts in a time, rounded up by four parts in a billion, so that a timer never fires before it.</summary>
    internal static ulong CountsIn(ulong nanoseconds) => unchecked((((nanoseconds >> 32) * s_countsPerNs) << (32 - CountShift)) + (((uint)nanoseconds * s_countsPerNs) >> CountShift) + 1);

    /// <summary>The hypervisor says that the counter runs at another rate now: time goes on from where it is.</summary>
    internal static void Follow(ulong multiplier)
    {
        if (multiplier == Multiplier)
        {
            return;
        }

        unchecked
        {
            ulong counter = Native.ReadTsc();
            ulong now = Nanoseconds();
            Take(multiplier);
            Base = counter - (ulong)(((UInt128)now << Clock.Shift) / multiplier);
        }
    }

    private static void Take(ulong multiplier)
    {
        Multiplier = multiplier;
        FrequencyHz = (Giga << Clock.Shift) / multiplier;
        s_countsPerNs = (ulong)(((UInt128)FrequencyHz << CountShift) / Giga) + 1;
    }

    private static ulong Measure()
    {
        // The first pass only warms up: an emulator translates the code on it, which would count as time.
        ApicPair pair = new();
        _ = MeasureFor(pair, WarmUpNs);
        return MeasureFor(pair, CalibrationNs);
    }

    private static ulong MeasureFor(ApicPair pair, uint spanNs)
    {
        LocalApic.StartFreeCount();
        ulong frequency = CounterRate.Measure(pair, spanNs);
        LocalApic.Stop();
        return frequency;
    }

    /// <summary>The local APIC's counter runs at 1 GHz.</summary>
    private sealed class ApicPair : CounterPair
    {
        public override ulong ReadCounter() => Native.ReadTsc();

        public override uint ReadRemaining() => LocalApic.ReadCount();
    }
}
