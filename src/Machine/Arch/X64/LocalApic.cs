using System;
using System.Threading;

namespace Mote.Machine;

/// <summary>The boot CPU's local APIC in xAPIC mode (SDM volume 3, chapter 10): end of interrupt and the one-shot timer.</summary>
internal static unsafe class LocalApic
{
    private const ulong Address = 0xfee0_0000;
    private const int EndOfInterrupt = 0xb0;
    private const int SpuriousVector = 0xf0;
    private const int LvtTimer = 0x320;
    private const int LvtLint0 = 0x350;
    private const int InitialCount = 0x380;
    private const int CurrentCount = 0x390;
    private const int DivideConfiguration = 0x3e0;
    private const uint Masked = 1 << 16;
    private const uint SoftwareEnable = 1 << 8;
    private const uint DivideByOne = 0xb;

    private static byte* s_registers;

    internal static void Initialize()
    {
        ulong window = KernelAddressSpace.MapDevice(new PhysAddr(Address), PageSize.Bytes);
        if (window == 0)
        {
            throw new InvalidOperationException("No memory to map the local APIC.");
        }

        s_registers = (byte*)window;

        // SAFETY: the per-CPU block lives as long as the machine.
        unsafe
        {
            Native.PerCpu()->EndOfInterrupt = window + EndOfInterrupt;
        }

        Write(SpuriousVector, SoftwareEnable | 0xff);
        Write(LvtLint0, Masked); // or the 8259 of a PC, which the firmware left running, delivers its interrupts as exceptions
        Write(DivideConfiguration, DivideByOne);
        Write(LvtTimer, Clock.TimerVector);
    }

    internal static void Arm(Instant deadline)
    {
        if (deadline.IsNever)
        {
            Write(InitialCount, 0);
            return;
        }

        // At 1 GHz the 32-bit counter reaches 4.29 s; a deadline farther away is re-armed when that much has passed.
        ulong span = deadline.Since(Clock.Now);
        Write(InitialCount, (uint)Math.Clamp(span, 1, uint.MaxValue));
    }

    internal static void StartFreeCount()
    {
        Write(LvtTimer, Masked | Clock.TimerVector);
        Write(InitialCount, uint.MaxValue);
    }

    internal static uint ReadCount() => Read(CurrentCount);

    internal static void Stop()
    {
        Write(InitialCount, 0);
        Write(LvtTimer, Clock.TimerVector);
    }

    private static uint Read(int register)
    {
        // SAFETY: the window covers the register page; registers are 32-bit and aligned.
        unsafe
        {
            return Volatile.Read(ref *(uint*)(s_registers + register));
        }
    }

    private static void Write(int register, uint value)
    {
        // SAFETY: as in Read.
        unsafe
        {
            Volatile.Write(ref *(uint*)(s_registers + register), value);
        }
    }
}
