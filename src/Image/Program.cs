using Mote.Machine;

namespace Mote.Image;

/// <summary>The entry point of the kernel image.</summary>
internal static class Program
{
    private static int Main()
    {
        MachineBoot.Start();
        SerialPort.Write("Mote\n"u8);
        Power.Off(0);
        return 0;
    }
}
