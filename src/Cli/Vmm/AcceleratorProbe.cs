using System;
using System.Collections.Generic;
using System.IO;

namespace Mote.Cli.Vmm;

/// <summary>Boots <see cref="ProbeGuest"/>. Opening /dev/kvm proves nothing: some open and then hang every guest.</summary>
internal static class AcceleratorProbe
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    public static ProbeResult Try(string qemu, Accelerator accelerator, MachineModel model = MachineModel.Microvm)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("mote-");
        try
        {
            string guest = Path.Combine(folder.FullName, "probe.elf");
            File.WriteAllBytes(guest, ProbeGuest.ToElf());
            List<string> arguments = QemuArguments.Machine(new MachineOptions
            {
                KernelPath = guest,
                Memory = MemorySize.FromMebibytes(16),
                Model = model,
                Accelerator = accelerator,
            });
            arguments.Add("-device");
            arguments.Add($"isa-debug-exit,iobase=0x{QemuArguments.ExitPort:x},iosize=4");

            long started = Environment.TickCount64;
            using QemuProcess process = QemuProcess.Start(qemu, arguments);
            if (!process.WaitForExit(s_patience))
            {
                return new ProbeResult(false, $"a guest hangs (it did nothing for {s_patience.TotalSeconds:0} s)", s_patience);
            }

            TimeSpan took = TimeSpan.FromMilliseconds(Environment.TickCount64 - started);
            if (process.ExitCode == ProbeGuest.ExpectedStatus)
            {
                return new ProbeResult(true, $"booted a guest in {took.TotalMilliseconds:0} ms", took);
            }

            string said = process.ErrorText();
            return new ProbeResult(false, said.Length > 0 ? said.Split('\n')[0] : $"QEMU ended with status {process.ExitCode}", took);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
