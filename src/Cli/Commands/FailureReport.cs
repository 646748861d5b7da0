using System.IO;
using Mote.Cli.Symbols;
using Mote.Cli.Vmm;

namespace Mote.Cli.Commands;

/// <summary>Tells that a machine ended without the program's exit status, with all that is known: QEMU's words and the serial port's, addresses turned into methods and lines.</summary>
internal static class FailureReport
{
    public static void Show(MachineOutcome outcome, MachineOptions machine)
    {
        if (outcome.SerialText.Length > 0)
        {
            Symbolizer symbolizer = Symbolizer.ForKernel(machine.KernelPath);
            foreach (string line in outcome.SerialText.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
            {
                Report.Line(symbolizer.Apply(line));
            }
        }

        if (outcome.QemuText.Length > 0)
        {
            Report.Line(outcome.QemuText);
        }

        string why = outcome.QemuText.Length > 0 && outcome.SerialText.Length == 0
            ? "QEMU could not run the machine; its message is above"
            : "the machine stopped before the program ended" + (outcome.SerialText.Length > 0 ? "; the kernel's last words are above" : "");
        Report.Error($"{why} (QEMU's status {outcome.QemuStatus}, {machine.Accelerator.ToString().ToLowerInvariant()}, {Path.GetFileName(machine.KernelPath)})");
    }
}
