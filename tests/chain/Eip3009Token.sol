// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// A token of EIP-20 and EIP-3009 for tests. Anybody can make as much of it as they like. It has no constructor and no
/// immutable members, so its code works at any address where it is put; and its domain is computed when it is asked for.
contract Eip3009Token {
    string public constant name = "USDC";
    string public constant symbol = "USDC";
    string public constant version = "2";
    uint8 public constant decimals = 6;

    bytes32 public constant TRANSFER_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 public constant RECEIVE_WITH_AUTHORIZATION_TYPEHASH = keccak256(
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 public constant CANCEL_AUTHORIZATION_TYPEHASH =
        keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    uint256 public totalSupply;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    mapping(address => mapping(bytes32 => bool)) internal used;

    event Transfer(address indexed from, address indexed to, uint256 value);
    event Approval(address indexed owner, address indexed spender, uint256 value);
    event AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce);
    event AuthorizationCanceled(address indexed authorizer, bytes32 indexed nonce);

    function DOMAIN_SEPARATOR() public view returns (bytes32) {
        return keccak256(
            abi.encode(DOMAIN_TYPEHASH, keccak256(bytes(name)), keccak256(bytes(version)), block.chainid, address(this))
        );
    }

    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool) {
        return used[authorizer][nonce];
    }

    function mint(address to, uint256 value) external {
        totalSupply += value;
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        move(msg.sender, to, value);
        return true;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        emit Approval(msg.sender, spender, value);
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        require(allowance[from][msg.sender] >= value, "test token: allowance too small");
        allowance[from][msg.sender] -= value;
        move(from, to, value);
        return true;
    }

    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        carryOut(from, to, value, validAfter, validBefore, nonce, abi.encodePacked(r, s, v));
    }

    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external {
        carryOut(from, to, value, validAfter, validBefore, nonce, signature);
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) external {
        require(to == msg.sender, "test token: only the payee");
        inTime(validAfter, validBefore);
        unused(from, nonce);
        signedBy(
            from,
            keccak256(abi.encode(RECEIVE_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce)),
            signature
        );
        take(from, nonce);
        move(from, to, value);
    }

    function cancelAuthorization(address authorizer, bytes32 nonce, bytes memory signature) external {
        unused(authorizer, nonce);
        signedBy(authorizer, keccak256(abi.encode(CANCEL_AUTHORIZATION_TYPEHASH, authorizer, nonce)), signature);
        used[authorizer][nonce] = true;
        emit AuthorizationCanceled(authorizer, nonce);
    }

    function carryOut(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) internal virtual {
        inTime(validAfter, validBefore);
        unused(from, nonce);
        signedBy(
            from,
            keccak256(abi.encode(TRANSFER_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce)),
            signature
        );
        take(from, nonce);
        move(from, to, value);
    }

    function inTime(uint256 validAfter, uint256 validBefore) internal view {
        require(block.timestamp > validAfter, "test token: authorization not begun");
        require(block.timestamp < validBefore, "test token: authorization over");
    }

    function unused(address from, bytes32 nonce) internal view {
        require(!used[from][nonce], "test token: nonce used");
    }

    function signedBy(address signer, bytes32 message, bytes memory signature) internal view {
        require(signature.length == 65, "test token: signature of another length");
        bytes32 r;
        bytes32 s;
        uint8 v;
        assembly {
            r := mload(add(signature, 32))
            s := mload(add(signature, 64))
            v := byte(0, mload(add(signature, 96)))
        }
        require(uint256(s) <= HALF_ORDER, "test token: high s");
        address found = ecrecover(keccak256(abi.encodePacked(hex"1901", DOMAIN_SEPARATOR(), message)), v, r, s);
        require(found != address(0) && found == signer, "test token: signature of another");
    }

    function take(address from, bytes32 nonce) internal {
        used[from][nonce] = true;
        emit AuthorizationUsed(from, nonce);
    }

    function move(address from, address to, uint256 value) internal virtual {
        require(to != address(0), "test token: no payee");
        require(balanceOf[from] >= value, "test token: balance too small");
        balanceOf[from] -= value;
        balanceOf[to] += value;
        emit Transfer(from, to, value);
    }
}

/// Uses the nonce, says that all is well, and moves nothing (threat X21).
contract SilentToken is Eip3009Token {
    function carryOut(address from, address, uint256, uint256, uint256, bytes32 nonce, bytes memory)
        internal
        override
    {
        take(from, nonce);
    }
}

/// Does not revert where the nonce is used: it does nothing, and succeeds (threat X21).
contract ForgivingToken is Eip3009Token {
    function carryOut(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) internal override {
        if (!used[from][nonce]) {
            super.carryOut(from, to, value, validAfter, validBefore, nonce, signature);
        }
    }
}

/// Keeps a tenth of every transfer by an authorisation, so that the payee gets less than was signed (threat X21).
contract SkimmingToken is Eip3009Token {
    function carryOut(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) internal override {
        inTime(validAfter, validBefore);
        unused(from, nonce);
        signedBy(
            from,
            keccak256(abi.encode(TRANSFER_WITH_AUTHORIZATION_TYPEHASH, from, to, value, validAfter, validBefore, nonce)),
            signature
        );
        take(from, nonce);
        move(from, address(this), value / 10);
        move(from, to, value - value / 10);
    }
}

/// Burns all the gas that it is given, up to some millions, before it does what it is asked (threats X19, X20).
contract GreedyToken is Eip3009Token {
    uint256 private sink;

    function carryOut(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes memory signature
    ) internal override {
        uint256 hash = uint256(nonce);
        for (uint256 i = 0; i < 10_000; i++) {
            hash = uint256(keccak256(abi.encode(hash)));
        }
        sink = hash;
        super.carryOut(from, to, value, validAfter, validBefore, nonce, signature);
    }
}

/// Several calls in one transaction: somebody else's way to bring authorisations to a token.
contract Bundler {
    function run(address[] calldata targets, bytes[] calldata calls) external {
        for (uint256 i = 0; i < targets.length; i++) {
            (bool done, ) = targets[i].call(calls[i]);
            require(done, "bundler: a call failed");
        }
    }
}
