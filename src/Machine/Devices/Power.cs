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

    /// <summary>
    /// Turns the machine off with a status byte for the VMM (isa-debug-exit); where that device is missing, resets, which ends a VMM that was
    /// told not to reboot.
    /// </summary>
    public static void Off(byte status)
    {
        if (MachineKind.IsHosted)
        {
            throw new InvalidOperationException($"The hosted machine was turned off with status {status}.");
        }

        Native.Out8(DebugExit, status);
        Native.Out8(KeyboardController, PulseReset);
        while (true)
        {
            Native.TripleFault();
        }
    }

    [RuntimeExport("MachineHalt")]
    internal static void Halt() => Off(Failure);
}
