using System;
using System.Numerics;

namespace Mote.Machine;

/// <summary>
/// Interrupts that came and wait to be handled. The entry code acknowledges an interrupt and marks its vector; the scheduler takes the
/// marks when it next looks: after a trap from the program, or when idle ends. No managed code ever runs inside an interrupt.
/// </summary>
public static unsafe class Interrupts
{
    internal const int FirstVector = 0x20;
    internal const int LastVector = 0x7f;
    private const int Words = 4;

    private static readonly ulong[] s_hosted = new ulong[Words];
    private static readonly InterruptLine?[] s_lines = new InterruptLine?[LastVector + 1];
    private static int s_next = FirstVector + 1;

    /// <summary>Gives a device a vector of its own. False when all are taken.</summary>
    public static bool TryAllocate(InterruptHandler handler, out InterruptLine? line)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (s_next > LastVector)
        {
            line = null;
            return false;
        }

        if (!MachineKind.IsHosted)
        {
            LocalApic.Start();
            LocalApic.ExpectMany();
        }

        line = new InterruptLine(s_next++, handler);
        s_lines[line.Vector] = line;
        return true;
    }

    /// <summary>Calls the handlers of all interrupts that are pending. True when the timer was among them.</summary>
    [AllocationFree]
    public static bool Dispatch()
    {
        bool timer = false;
        for (int word = 0; word < Words; word++)
        {
            ref ulong slot = ref Slot(word);
            while (slot != 0)
            {
                int vector = (word * 64) + BitOperations.TrailingZeroCount(slot);
                slot &= slot - 1;
                if (vector == Clock.TimerVector)
                {
                    timer = true;
                }
                else if (vector <= LastVector)
                {
                    s_lines[vector]?.Handle();
                }
            }
        }

        return timer;
    }

    /// <summary>Whether any interrupt waits for <see cref="Dispatch"/>.</summary>
    public static bool IsPending => (Slot(0) | Slot(1) | Slot(2) | Slot(3)) != 0;

    /// <summary>Sleeps until an interrupt is pending; returns at once when one is.</summary>
    public static void WaitForAny()
    {
        if (MachineKind.IsHosted)
        {
            HostedClock.Idle();
            return;
        }

        // Interrupts are off in the kernel, so one that came meanwhile is taken by the STI and ends the HLT at once.
        if (!IsPending)
        {
            Native.HaltUntilInterrupt();
        }
    }

    internal static void SetPending(int vector) => Slot(vector >> 6) |= 1UL << (vector & 63);

    internal static void Reset()
    {
        Array.Clear(s_hosted);
        Array.Clear(s_lines);
        s_next = FirstVector + 1;
    }

    private static ref ulong Slot(int word)
    {
        if (MachineKind.IsHosted)
        {
            return ref s_hosted[word];
        }

        // SAFETY: the per-CPU block lives as long as the machine, and word is below its four.
        unsafe
        {
            return ref Native.PerCpu()->Pending[word];
        }
    }
}
