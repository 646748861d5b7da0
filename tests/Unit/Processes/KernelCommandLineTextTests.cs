using System.Linq;
using System.Text;
using Mote.Kernel.Processes;
using Xunit;

namespace Mote.Tests.Unit.Processes;

public sealed class KernelCommandLineTextTests
{
    [Fact]
    public void Words_are_decoded_and_strangers_are_left_alone()
    {
        KernelCommandLine line = KernelCommandLine.Parse(
            "mote.exec=/bin/a%20b mote.arg=a mote.arg= mote.arg=%22x%3D1%22%0a mote.env=K%3DV=W  mote.cwd=/tmp mote.time=1700000000123456789 mote.strace virtio_mmio.device=512@0xfeb00e00:12 mote.what=1 quiet"u8);
        Assert.Equal("/bin/a b", Encoding.UTF8.GetString(line.Program));
        Assert.Equal(["a", "", "\"x=1\"\n"], line.Arguments.Select(Encoding.UTF8.GetString));
        Assert.Equal(["K=V=W"], line.Environment.Select(Encoding.UTF8.GetString));
        Assert.Equal("/tmp", Encoding.UTF8.GetString(line.WorkingDirectory));
        Assert.Equal(1700000000123456789UL, line.WallClockNs);
        Assert.True(line.IsTracing);
        Assert.False(line.IsVerbose);
        Assert.Equal(["mote.what"], line.Unknown);
    }

    [Theory]
    [InlineData("mote.exec=%", "%")]
    [InlineData("mote.exec=%4", "%4")]
    [InlineData("mote.exec=%zz", "%zz")]
    [InlineData("mote.exec", "")]
    [InlineData("", "")]
    public void Malformed_text_stands_for_itself(string text, string program) =>
        Assert.Equal(program, Encoding.UTF8.GetString(KernelCommandLine.Parse(Encoding.UTF8.GetBytes(text)).Program));
}
