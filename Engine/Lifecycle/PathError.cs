// SPDX-License-Identifier: MIT
namespace LbEngine.Lifecycle;

/// <summary>What became known of the way to a flow's backend, told by an answer to an earlier datagram or by the system that would not send one.</summary>
internal enum PathError : byte
{
    /// <summary>Nothing is wrong, or nothing that anybody could act on.</summary>
    None,

    /// <summary>A datagram was larger than the path takes. It is lost; those after it are cut to size by this host.</summary>
    TooLarge,

    /// <summary>A router has no way to the backend, or its host is not there. May pass by itself.</summary>
    Unreachable,

    /// <summary>A firewall says that the backend may not be sent to. Stays so until somebody changes it.</summary>
    Prohibited,

    /// <summary>The backend's host says that nothing listens there.</summary>
    Refused,

    /// <summary>This host cannot send from the flow's socket any more: the address that it was bound to is gone, or the only route.</summary>
    Local,
}
