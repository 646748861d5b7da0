using System;
using System.Collections.Generic;
using System.IO;

namespace Mote.Cli.Vmm;

/// <summary>Boots <see cref="ProbeGuest"/>. Opening /dev/kvm proves nothing: some open and then hang every guest.</summary>
internal static class AcceleratorProbe
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(4);

    /// <summary>CPU time after which a patient probe gives up: an emulated computer may take seconds to start QEMU, and a busy one minutes.</summary>
    private static readonly TimeSpan s_mostCpuTime = TimeSpan.FromSeconds(20);

    /// <param name="isPatient">Whether it goes on after four seconds while QEMU still gets something done. For an accelerator that the user has asked for.</param>
    public static ProbeResult Try(string qemu, Accelerator accelerator, MachineModel model = MachineModel.Microvm, bool isPatient = false)
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
            }, pciDevices: 0);
            arguments.Add("-device");
            arguments.Add($"isa-debug-exit,iobase=0x{QemuArguments.ExitPort:x},iosize=4");

            long started = Environment.TickCount64;
            using QemuProcess process = QemuProcess.Start(qemu, arguments);
            TimeSpan used = TimeSpan.Zero;
            while (!process.WaitForExit(s_patience))
            {
                TimeSpan now = process.CpuTime;
                bool hangs = now - used < s_patience / 100 || now > s_mostCpuTime;
                used = now;
                if (!isPatient || hangs)
                {
                    return new ProbeResult(false, $"a guest hangs (it did nothing for {s_patience.TotalSeconds:0} s)", s_patience);
                }
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
