using System;
using System.Runtime;

namespace Mote.Machine;

/// <summary>The 8250 serial port at 0x3f8: the boot log's last resort and where panics go. Output only, polled.</summary>
public static unsafe class SerialPort
{
    private const ushort Data = 0x3f8;
    private const ushort LineStatus = 0x3fd;
    private const byte TransmitterEmpty = 0x20;
    private const byte Absent = 0xff;
    private const int Patience = 100_000;

    /// <summary>Writes text; LF becomes CR LF. Does nothing where there is no port.</summary>
    public static void Write(ReadOnlySpan<byte> text)
    {
        if (MachineKind.IsHosted || Native.In8(LineStatus) == Absent)
        {
            return;
        }

        foreach (byte value in text)
        {
            if (value == (byte)'\n')
            {
                Put((byte)'\r');
            }

            Put(value);
        }
    }

    [RuntimeExport("MachineEarlyWrite")]
    internal static void WriteEarly(byte* text, nuint length)
    {
        // SAFETY: the runtime passes a pointer with its length.
        unsafe
        {
            Write(new ReadOnlySpan<byte>(text, (int)length));
        }
    }

    private static void Put(byte value)
    {
        for (int tries = 0; tries < Patience && (Native.In8(LineStatus) & TransmitterEmpty) == 0; tries++)
        {
        }

        Native.Out8(Data, value);
    }
}
