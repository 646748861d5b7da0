using System;
using System.Threading;

namespace Mote.Machine;

/// <summary>
/// KVM's clock: asks for it once and reads it (Linux, Documentation/virt/kvm/x86/msr.rst). What it says is judged by <see cref="PvClock"/>.
/// </summary>
internal static unsafe class KvmClock
{
    private const uint ClockSource = 1 << 3; // KVM_FEATURE_CLOCKSOURCE2
    private const uint WallClockMsr = 0x4b56_4d00;
    private const uint SystemTimeMsr = 0x4b56_4d01;
    private const ulong Enable = 1;

    private static bool s_isOn;
    private static DmaRegion? s_wall;

    /// <summary>Nanoseconds a count, times 2^<see cref="Clock.Shift"/>. False where there is no such clock, or none that can be.</summary>
    internal static bool TryReadRate(out ulong multiplier)
    {
        multiplier = 0;
        if (!s_isOn)
        {
            if ((CpuFeatures.KvmFeatures & ClockSource) == 0)
            {
                return false;
            }

            // SAFETY: the per-CPU block lives as long as the machine, in the image, whose physical addresses are known; KVM writes these
            // bytes of it and no others.
            unsafe
            {
                PerCpuBlock* cpu = Native.PerCpu();
                Native.WriteMsr(SystemTimeMsr, ((ulong)&cpu->HypervisorClock - KernelAddressSpace.ImageBase) | Enable);
            }

            s_isOn = true;
        }

        Span<byte> clock = stackalloc byte[PvClock.Bytes];
        return PvClock.TryCopy(Live, clock) && PvClock.TryReadRate(clock, out multiplier);
    }

    /// <summary>The host's time of day now, nanoseconds since 1970 UTC; zero where there is no such clock.</summary>
    internal static long UnixNs()
    {
        Span<byte> clock = stackalloc byte[PvClock.Bytes];
        if (!s_isOn || (s_wall == null && !DmaRegion.TryAllocate(PvClock.WallBytes, out s_wall)))
        {
            return 0;
        }

        Native.WriteMsr(WallClockMsr, s_wall!.DeviceAddress.Value);
        Span<byte> wall = stackalloc byte[PvClock.WallBytes];
        s_wall.Read(0, wall);
        return PvClock.TryCopy(Live, clock) ? PvClock.UnixNsAt(wall, clock, Native.ReadTsc()) : 0;
    }

    /// <summary>Whether the machine stood still since the last call: it was stopped, or moved to another host.</summary>
    internal static bool TakeStopped()
    {
        // SAFETY: as above; what KVM does not write stays zero. The flag is the guest's to clear, and KVM writes only while the guest does
        // not run.
        unsafe
        {
            byte* flags = (byte*)&Native.PerCpu()->HypervisorClock + PvClock.FlagsOffset;
            byte value = Volatile.Read(ref *flags);
            if ((value & PvClock.StoppedFlag) == 0)
            {
                return false;
            }

            Volatile.Write(ref *flags, (byte)(value & ~PvClock.StoppedFlag));
            return true;
        }
    }

    private static ReadOnlySpan<byte> Live
    {
        get
        {
            // SAFETY: as above; the span is as long as the structure.
            unsafe
            {
                return new ReadOnlySpan<byte>(&Native.PerCpu()->HypervisorClock, PvClock.Bytes);
            }
        }
    }
}
