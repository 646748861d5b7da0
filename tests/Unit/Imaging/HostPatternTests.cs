using System.IO;
using System.Linq;
using Mote.Imaging.Inputs;
using Mote.Imaging.Rules;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

public sealed class HostPatternTests
{
    [Fact]
    public void Finds_what_is_there_in_order()
    {
        using TestFolder folder = new();
        foreach (string name in (string[])["b/5.1", "a/5.2", "a/4.9", "c/6"])
        {
            Directory.CreateDirectory(folder[name]);
        }

        string root = folder.Path;
        Assert.Equal(["a/5.2", "b/5.1"], HostPattern.Expand(new HostFiles(), root + "/*/5.*").Select(path => Path.GetRelativePath(root, path)));
        Assert.Equal([root + "/c/6"], HostPattern.Expand(new HostFiles(), root + "/c/6"));
        Assert.Empty(HostPattern.Expand(new HostFiles(), root + "/*/7"));
    }

    [Fact]
    public void Looks_are_recorded_so_that_what_appears_makes_a_new_image()
    {
        using TestFolder folder = new();
        Directory.CreateDirectory(folder["a"]);
        string root = folder.Path;
        HostFiles host = new();
        HostPattern.Expand(host, root + "/*/x");
        string record = folder["record"];
        host.Inputs.Save(record);
        Directory.CreateDirectory(folder["a/x"]);
        Assert.NotNull(InputSet.FindChange(record));
    }
}
