// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Examinations;

/// <summary>How a read from a backend ended.</summary>
internal enum ReadEnd
{
    /// <summary>Enough was read.</summary>
    Enough,

    /// <summary>FIN.</summary>
    Closed,

    /// <summary>RST, or TLS broken.</summary>
    Reset,

    /// <summary>The time was over.</summary>
    TimeOver,
}
