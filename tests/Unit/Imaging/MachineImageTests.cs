using System;
using System.IO;
using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

public sealed class MachineImageTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly MachineImage _image;

    public MachineImageTests()
    {
        string program = new TestElf { Kind = 2 }.Save(_folder["prog"]);
        _image = new ImageBuilder(SilentProgress.Instance).Build(new ImageRequest { ProgramPath = program, Arguments = ["baked"] }, _folder["image"]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_whole_image_opens_and_is_described()
    {
        ImageReport report = ImageReport.Describe(MachineImage.Open(_image.Folder));

        Assert.Equal(_folder["prog"], report.Program);
        Assert.Contains(report.Groups, group => group.Title == "program" && group.Files.Count == 1);
        Assert.Equal(new FileInfo(_image.RootImagePath).Length, report.RootImageBytes);
    }

    [Fact]
    public void A_truncated_root_is_named()
    {
        using (FileStream root = File.OpenWrite(_image.RootImagePath))
        {
            root.SetLength(root.Length - 4096);
        }

        Complains("root.erofs is truncated");
    }

    [Fact]
    public void A_damaged_root_is_named()
    {
        using (FileStream root = File.OpenWrite(_image.RootImagePath))
        {
            root.Position = 1024 + 36;
            root.WriteByte(99);
        }

        Complains("root.erofs is damaged");
    }

    [Theory]
    [InlineData("config.json")]
    [InlineData("manifest.json")]
    [InlineData("root.erofs")]
    public void A_missing_file_is_named(string name)
    {
        File.Delete(Path.Combine(_image.Folder, name));

        Complains($"{name} is missing");
    }

    [Theory]
    [InlineData("config.json", "{")]
    [InlineData("config.json", "null")]
    [InlineData("config.json", "{}")]
    [InlineData("manifest.json", "[]")]
    [InlineData("manifest.json", "{\"program\":null}")]
    public void Invalid_json_is_named(string name, string text)
    {
        File.WriteAllText(Path.Combine(_image.Folder, name), text);

        Complains($"{name} is not valid");
    }

    [Fact]
    public void A_newer_format_asks_for_a_newer_tool()
    {
        string path = Path.Combine(_image.Folder, "config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"formatVersion\": 1", "\"formatVersion\": 2", StringComparison.Ordinal));

        Complains("built by a newer mote");
    }

    [Fact]
    public void An_image_can_be_started_in_another_way()
    {
        var builder = new ImageBuilder(SilentProgress.Instance);
        MachineImage same = builder.BuildCached(new ImageRequest { ProgramPath = _image.Folder }, _folder["cache"]);
        MachineImage other = builder.BuildCached(new ImageRequest { ProgramPath = _image.Folder, Arguments = ["x"], WorkingDirectory = "/tmp" }, _folder["cache"]);

        Assert.Equal([_folder.Guest("prog"), "baked"], same.Config.Arguments);
        Assert.Equal([_folder.Guest("prog"), "x"], other.Config.Arguments);
        Assert.Equal("/tmp", other.Config.WorkingDirectory);
    }

    private void Complains(string expected)
    {
        var error = Assert.Throws<ImageException>(() => MachineImage.Open(_image.Folder));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains(_image.Folder, error.Message, StringComparison.Ordinal);
    }
}
