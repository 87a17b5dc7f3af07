// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor.Findings;

/// <summary>How a TLS handshake ended.</summary>
internal enum TlsOutcome
{
    /// <summary>It was completed, whatever the certificate.</summary>
    Completed,

    /// <summary>The backend refused it with an alert, or what it sent is no TLS.</summary>
    Failed,

    /// <summary>RST during it.</summary>
    Reset,

    /// <summary>FIN during it.</summary>
    Closed,

    /// <summary>Not complete in time.</summary>
    Silent,
}
