using System;
using Mote.Abi.Linux;
using Mote.Kernel.Processes;
using Mote.Kernel.Vfs;

namespace Mote.Kernel.Terminals;

/// <summary>The terminals' files in /dev: tty and ptmx, and hvc0 and console where the machine has a terminal.</summary>
public static class TerminalDevices
{
    private const uint AlternateMajor = 5;

    /// <summary>Registers the drivers and makes the files that /dev lacks. Returns the pseudo terminals, whose file system belongs on /dev/pts.</summary>
    /// <param name="dev">The file system on /dev.</param>
    /// <param name="console">The machine's terminal, or null.</param>
    public static PseudoTerminalTable AddTo(DeviceTable devices, FileSystem dev, FileTree tree, ProcessHost host, MachineTerminal? console)
    {
        PseudoTerminalTable table = new(tree, host);
        devices.Add(AlternateMajor, 0, new CurrentTerminalDevice());
        devices.Add(AlternateMajor, 2, table);
        AddFile(dev, "ptmx"u8, DeviceNumber.Make(AlternateMajor, 2), 0x1b6);
        if (console != null)
        {
            devices.Add(AlternateMajor, 1, new TerminalDevice(console, mayControl: false));
            devices.Add(MachineTerminal.Major, 0, new TerminalDevice(console, mayControl: true));
            AddFile(dev, "hvc0"u8, console.DeviceNumber, PseudoTerminalInode.TerminalMode);
        }

        return table;
    }

    private static void AddFile(FileSystem dev, ReadOnlySpan<byte> name, ulong number, uint mode)
    {
        uint group = mode == PseudoTerminalInode.TerminalMode ? PseudoTerminalInode.TerminalGroup : 0;
        _ = dev.Root.Create(name, new NewInode(FileType.CharacterDevice, mode, 0, group, number)); // it may be there already
    }
}
