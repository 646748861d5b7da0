using Mote.Cli.Commands;
using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Cli;

/// <summary>Links of an image, followed by its manifest alone.</summary>
public sealed class ImagePathsTests
{
    private static readonly ImageManifest s_manifest = new()
    {
        Program = "/bin/cat",
        Rules = [],
        Notes = [],
        Files =
        [
            Link("/bin", "usr/bin"), Link("/usr/bin/tool", "../lib/tool-2"), Link("/usr/lib/tool-2", "/opt/tool"), Link("/loop", "loop"),
            new() { Path = "/usr/bin/cat", Kind = "file", Mode = "0755", Why = "" },
        ],
    };

    [Theory]
    [InlineData("/bin/cat", "/usr/bin/cat")]
    [InlineData("/usr/bin/cat", "/usr/bin/cat")]
    [InlineData("/bin/tool", "/opt/tool")]
    [InlineData("/bin/../bin/./cat", "/usr/bin/cat")]
    [InlineData("/none/x", "/none/x")]
    public void Links_are_followed_in_folders_too(string path, string real) => Assert.Equal(real, ImagePaths.Resolve(s_manifest, path));

    [Fact]
    public void A_loop_ends() => Assert.NotEmpty(ImagePaths.Resolve(s_manifest, "/loop/x"));

    private static ManifestEntry Link(string path, string target) => new() { Path = path, Kind = "link", Mode = "0777", Target = target, Why = "" };
}
