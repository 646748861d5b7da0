using System;
using System.Runtime;

namespace Mote.Machine;

/// <summary>The end of the machine.</summary>
public static class Power
{
    private const ushort DebugExit = 0xf4;
    private const ushort KeyboardController = 0x64;
    private const byte PulseReset = 0xfe;

    /// <summary>Status that a failed machine leaves at the debug-exit port.</summary>
    public const byte Failure = 0x7e;

    private static bool s_isEnding;

    /// <summary>
    /// Turns the machine off with a status byte for the VMM (isa-debug-exit). Where that device is missing: by Xen's call, by ACPI, which
    /// is how Cloud Hypervisor and a PC end; where there is none, by the keyboard
    /// controller's reset, which is how Firecracker ends, and ends a VMM that was told not to reboot.
    /// </summary>
    public static void Off(byte status)
    {
        if (MachineKind.IsHosted)
        {
            throw new InvalidOperationException($"The hosted machine was turned off with status {status}.");
        }

        Native.Out8(DebugExit, status);
        if (!s_isEnding)
        {
            s_isEnding = true; // a fault in what follows comes here again
            if (XenConsole.IsThere)
            {
                XenCall.End(status == Failure);
            }

            OffByAcpi();
        }

        Native.Out8(KeyboardController, PulseReset);
        while (true)
        {
            Native.TripleFault();
        }
    }

    private static void OffByAcpi()
    {
        AcpiSleep sleep = AcpiSleep.Find(new DirectMapBytes(), BootInfo.RootPointer.Value);
        if (sleep.Port != 0)
        {
            if (sleep.IsByte)
            {
                Native.Out8(sleep.Port, (byte)sleep.Value);
            }
            else
            {
                Native.Out16(sleep.Port, sleep.Value);
            }
        }
    }

    [RuntimeExport("MachineHalt")]
    internal static void Halt() => Off(Failure);
}
