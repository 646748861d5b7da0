using System;

namespace Mote.Machine;

/// <summary>Starts the in-process fake machine of unit tests: fresh memory, a clock that tests move, one boot context.</summary>
public static class HostedMachine
{
    /// <summary>
    /// Resets the machine: <paramref name="memoryBytes"/> of RAM (up to 192 MiB) with <paramref name="bootModule"/> as the boot module,
    /// time zero,
    /// and the calling thread as the current context. Tests that use it must not run at the same time in one process.
    /// </summary>
    public static void Start(ulong memoryBytes = 64UL << 20, ReadOnlySpan<byte> bootModule = default, string commandLine = "")
    {
        if (!MachineKind.IsHosted)
        {
            throw new InvalidOperationException("The hosted machine exists on the desktop runtime only.");
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(memoryBytes, 192UL << 20);
        uint frames = (uint)(HostedMemory.SizeBytes >> PageSize.Shift);
        ulong tableBytes = PageSize.RoundUp(FrameTable.TableBytes(frames));
        uint firstFree = 1 + (uint)(tableBytes >> PageSize.Shift);
        FrameTable.Initialize(new PhysAddr(PageSize.Bytes), frames);
        FrameTable.AddRegion(firstFree, firstFree + (uint)(memoryBytes >> PageSize.Shift));
        PerCpu.CurrentSpace = null;
        ContextPool.Reset();
        BootInfo.SetHosted(bootModule, commandLine);
        HostedClock.Reset();
        Interrupts.Reset();
        unsafe
        {
            // SAFETY: a fresh block from the pool for the calling thread's registers.
            CpuContext.AdoptBoot(ContextPool.Take());
        }
    }
}
