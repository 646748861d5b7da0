using Mote.Imaging.Tree;

namespace Mote.Imaging;

public sealed partial class ImageBuilder
{
    /// <summary>Adds everything that the image of a request would hold to an archive, so that another kernel can run the same program from the same files.</summary>
    /// <returns>How the program is started.</returns>
    /// <exception cref="ImageException">The program cannot become an image; the message is for the user.</exception>
    public ImageConfig AddTo(CpioArchive archive, ImageRequest request)
    {
        request = RequestCheck.Normalize(request);
        (ProgramLocator.Kind kind, string path) = ProgramLocator.Locate(request.ProgramPath, request.AddedFiles);
        if (kind == ProgramLocator.Kind.Image)
        {
            throw new ImageException($"{request.ProgramPath} is a machine image already; name the program that it was made of.");
        }

        using System.IDisposable? lease = kind == ProgramLocator.Kind.Project ? ImageCache.Default.Lock() : null;
        ImageAssembly assembly = Assemble(request, kind, path, ImageCache.Default, out ImageConfig config);
        foreach ((string guest, ImageNode node) in assembly.Tree.Walk())
        {
            switch (node)
            {
                case DirectoryNode:
                    archive.AddDirectory(guest == "/" ? "." : guest, node.Mode);
                    break;
                case LinkNode link:
                    archive.AddLink(guest, link.Target);
                    break;
                case FileNode { HostPath: { } host }:
                    archive.AddFile(guest, node.Mode, host);
                    break;
                case FileNode file:
                    archive.AddFile(guest, node.Mode, file.Content);
                    break;
            }
        }

        return MachineImage.Start(config, request, keepArguments: false);
    }
}
