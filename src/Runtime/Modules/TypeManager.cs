using System.Runtime;

namespace Mote.Runtime;

/// <summary>A compiled module as the class library sees it: the handle is a pointer to this, of which the library reads
/// the first two words. There is one, the kernel.</summary>
// SAFETY: the header's magic number and version are checked, and the sections counted by it follow it; handles come
// from Create.
internal unsafe struct TypeManager
{
    private const int BlobSectionBase = 300;

    private void* _osModule;
    private ReadyToRunHeader* _header;

    [RuntimeExport("RhpRegisterOsModule")]
    public static void* RegisterOsModule(void* osModule) => osModule;

    [RuntimeExport("RhpCreateTypeManager")]
    public static TypeManager* Create(void* osModule, ReadyToRunHeader* header, void** functions, int count)
    {
        if (header->Magic != ReadyToRunHeader.ExpectedMagic || header->MajorVersion != ReadyToRunHeader.ExpectedMajorVersion)
        {
            Panic.Fail("the kernel was compiled by another ilc than this runtime is for"u8);
        }

        TypeManager* manager = (TypeManager*)NativeArena.Allocate((nuint)sizeof(TypeManager));
        manager->_osModule = osModule;
        manager->_header = header;
        Roots.AddModule(manager);
        return manager;
    }

    [RuntimeExport("RhpGetModuleSection")]
    public static void* Section(TypeManager** handle, int id, int* length)
    {
        ReadyToRunHeader* header = (*handle)->_header;
        ReadyToRunSection* section = (ReadyToRunSection*)(header + 1);
        for (int i = 0; i < header->Sections; i++, section++)
        {
            if (section->Id == id)
            {
                *length = section->Length;
                return section->Start;
            }
        }

        *length = 0;
        return null;
    }

    [RuntimeExport("RhFindBlob")]
    public static bool FindBlob(TypeManager** handle, uint id, void** blob, uint* length)
    {
        int bytes;
        *blob = Section(handle, BlobSectionBase + (int)id, &bytes);
        *length = (uint)bytes;
        return *blob != null;
    }
}
