using System.Text;
using Mote.Kernel.Processes;
using Xunit;

namespace Mote.Tests.Unit.Processes;

/// <summary>The word about the devices on PCI.</summary>
public class KernelCommandLinePciTests
{
    [Theory]
    [InlineData("", 31)]
    [InlineData("mote.pci=0", 0)]
    [InlineData("mote.pci=3", 3)]
    [InlineData("mote.pci=31", 31)]
    [InlineData("mote.pci=32", 31)]
    [InlineData("mote.pci=18446744073709551615", 31)]
    public void ReadsTheLastDevice(string text, int last) => Assert.Equal(last, KernelCommandLine.Parse(Encoding.ASCII.GetBytes(text)).LastPciDevice);
}
