namespace Mote.Cli.Vmm;

/// <summary>How a machine ended.</summary>
/// <param name="End">Why.</param>
/// <param name="Status">The program's exit status, or the tool's when the tool stopped the machine.</param>
/// <param name="SerialText">What came over the serial port, at least its end.</param>
/// <param name="QemuText">What QEMU printed on its standard error.</param>
/// <param name="QemuStatus">QEMU's exit status.</param>
internal sealed record MachineOutcome(MachineEnd End, int Status, string SerialText, string QemuText, int QemuStatus);
