using System.Linq;
using Mote.Imaging;
using Xunit;

namespace Mote.Tests.Unit.Imaging;

/// <summary>Looks into images, by their manifest and with the tools of erofs-utils.</summary>
internal static class TestImage
{
    public static ManifestEntry Entry(ImageManifest manifest, string path)
    {
        ManifestEntry? entry = manifest.Files.FirstOrDefault(entry => entry.Path == path);
        Assert.True(entry is not null, $"{path} is not in the image:\n{string.Join('\n', manifest.Files.Select(file => file.Path))}");
        return entry;
    }

    /// <summary>Checks the root file system with fsck.erofs and writes its contents below a folder.</summary>
    public static string Extract(MachineImage image, string folder) => Extract(image.RootImagePath, folder);

    public static string Extract(string rootImage, string folder)
    {
        TestFolder.Run("fsck.erofs", $"--extract={folder}", rootImage);
        return folder;
    }
}
