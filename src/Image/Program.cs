using Mote.Machine;

namespace Mote.Image;

/// <summary>The entry point of the kernel image.</summary>
internal static class Program
{
    private static int Main()
    {
        MachineBoot.Start();
        new MachineRun().Run();
        return 0;
    }
}
