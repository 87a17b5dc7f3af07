// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Admin.Doctor;

/// <summary>Why a backend does not serve, as far as it can be told from here.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<DiagnosisCause>))]
public enum DiagnosisCause
{
    /// <summary>It answers as the check wants.</summary>
    Healthy,

    /// <summary>Its host name does not resolve.</summary>
    NameUnknown,

    /// <summary>Nothing listens on the port.</summary>
    Refused,

    /// <summary>The program listens on 127.0.0.1 or ::1 only.</summary>
    LoopbackOnly,

    /// <summary>The program listens on other addresses of its host.</summary>
    OtherAddressOnly,

    /// <summary>Nothing listens on the port, but the host answers on another port of the configuration.</summary>
    WrongPort,

    /// <summary>A firewall answers in the place of the program.</summary>
    FirewallReject,

    /// <summary>No answer, and nothing tells why.</summary>
    NoAnswer,

    /// <summary>The host lives, but what is sent to the port is dropped.</summary>
    FirewallDrop,

    /// <summary>Nobody has the address.</summary>
    HostDown,

    /// <summary>No route, or the network says that the address cannot be reached.</summary>
    Unreachable,

    /// <summary>The program does not accept, and its backlog takes no more connections.</summary>
    BacklogFull,

    /// <summary>The program was stopped by a signal.</summary>
    ProcessPaused,

    /// <summary>The connection opens later than the time-out allows.</summary>
    SlowConnect,

    /// <summary>The connection opens and is reset before an answer.</summary>
    ResetAfterConnect,

    /// <summary>The connection opens and is closed before an answer.</summary>
    ClosedAfterConnect,

    /// <summary>The connection opens, and no answer ever comes.</summary>
    Silent,

    /// <summary>The answer is complete later than the time-out allows.</summary>
    SlowAnswer,

    /// <summary>An HTTP status that the check does not expect.</summary>
    WrongStatus,

    /// <summary>Another answer than the check expects, or another protocol.</summary>
    WrongAnswer,

    /// <summary>The check is plain, the port speaks TLS.</summary>
    SpeaksTls,

    /// <summary>The check is TLS, the port speaks plain text.</summary>
    SpeaksPlain,

    /// <summary>The TLS handshake fails.</summary>
    TlsHandshake,

    /// <summary>The certificate is for other names.</summary>
    CertificateName,

    /// <summary>The certificate is no longer, or not yet, valid.</summary>
    CertificateExpired,

    /// <summary>The certificate comes from an issuer that this host does not trust.</summary>
    CertificateUntrusted,

    /// <summary>This host could not examine (no descriptor, source port or right); says nothing of the backend.</summary>
    NotExamined,

    /// <summary>It answers this host, but what it answers to clients themselves does not come back here: see a transparent client address.</summary>
    NoWayBack,
}
